-- Does what a person does with the configuration of docs/editors.md: opens a file, and creates,
-- installs and chooses by the commands of the page.

local result = { messages = {}, questions = {} }

-- Neovim 0.7, which Debian 12 has, is older than the page: this is what 0.8 does.
if vim.lsp.start == nil then
  vim.lsp.start = function(config)
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
end

vim.lsp.handlers["window/showMessage"] = function(_, params)
  table.insert(result.messages, params.message)
end
vim.lsp.handlers["window/showMessageRequest"] = function(_, params)
  -- Whoever is about to create an environment by hand closes the question whether to.
  if params.message:find("has no environment", 1, true) then
    return vim.NIL
  end
  table.insert(result.questions, params.message)
  return params.actions[1]
end

local function wait_for(condition)
  return vim.wait(60000, condition, 20)
end

local function told(words)
  return wait_for(function()
    for _, message in ipairs(result.messages) do
      if message:find(words, 1, true) then
        return true
      end
    end
    return false
  end)
end

local files = vim.fn.json_decode(vim.env.PINWISE_CONFIGURATION)
dofile(vim.lsp.config and files.new or files.old)
dofile(files.commands)
-- `-u NONE` leaves it off, which nobody does.
vim.cmd("filetype on")
vim.cmd("edit requirements.txt")
result.found = wait_for(function() return #vim.diagnostic.get(0) > 0 end)

vim.cmd("PinwiseCreate")
result.installed = told("Installed the requirements into .venv")
vim.cmd("PinwiseInstall")
result.again = told("Nothing to do: .venv holds what the lines ask for")
vim.cmd("PinwiseSelect")
result.asked = wait_for(function() return #result.questions >= 2 end)

print(vim.fn.json_encode(result))
local get = vim.lsp.get_clients or vim.lsp.get_active_clients
vim.lsp.stop_client(get())
wait_for(function() return #get() == 0 end)
vim.cmd("qa!")
