-- Creates an environment, selects another, and activates it in two ways: by the line for a shell
-- that is open, and by the variables for a terminal that is to be opened.

local pinwise = dofile(vim.env.PINWISE_CLIENT)

local result = { created = pinwise.execute("pinwise.createEnvironment", { install = false }) }
pinwise.execute("pinwise.createEnvironment", { name = "it's mine", install = false })
result.back = pinwise.execute("pinwise.selectEnvironment", { path = result.created.prefix })
result.automatic = pinwise.execute("pinwise.environmentStatus").explicit
result.activation = pinwise.execute("pinwise.activationCommand", { shell = "bash" })
result.deactivation = pinwise.execute(
  "pinwise.activationCommand", { shell = "bash", deactivate = true }
)
local other = vim.fn.getcwd() .. "/it's mine"
result.other = pinwise.execute("pinwise.activationCommand", { shell = vim.env.SHELL, prefix = other })

-- What `:terminal` runs inherits this.
local environment = result.other.environment
local variables = vim.tbl_extend("force", {}, environment.set)
for name, value in pairs(environment.prepend) do
  variables[name] = value .. ":" .. vim.env[name]
end
local output = {}
local job = vim.fn.jobstart({ "sh", "-c", "python -c 'import sys; print(sys.prefix)'" }, {
  env = variables,
  stdout_buffered = true,
  on_stdout = function(_, lines) output = lines end,
})
vim.fn.jobwait({ job }, 30000)
pinwise.wait_for(function() return #output > 0 end)
result.terminal = output[1]

pinwise.finish(result)
