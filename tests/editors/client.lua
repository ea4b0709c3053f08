-- Starts Pinwise as the language server of the open file, as a user's configuration would. Works on
-- Neovim 0.7 and newer.

local command = vim.fn.json_decode(vim.env.PINWISE_COMMAND)
local folder = vim.fn.getcwd()
local bufnr = vim.api.nvim_get_current_buf()

local client_id = vim.lsp.start_client({
  name = "pinwise",
  cmd = command,
  root_dir = folder,
  workspace_folders = { { uri = vim.uri_from_fname(folder), name = "project" } },
  -- What the server asks the user is answered by "Not now", as closing the question would.
  handlers = { ["window/showMessageRequest"] = function() return vim.NIL end },
})
vim.lsp.buf_attach_client(bufnr, client_id)

local M = { bufnr = bufnr, client = vim.lsp.get_client_by_id(client_id) }

function M.wait_for(condition)
  return vim.wait(30000, condition, 20)
end

-- Runs a command of the server, and returns its answer.
function M.execute(name, argument)
  M.wait_for(function() return M.client.initialized end)
  local params = { command = name, arguments = { argument or vim.empty_dict() } }
  local answers = vim.lsp.buf_request_sync(bufnr, "workspace/executeCommand", params, 60000)
  local answer = (answers or {})[client_id] or {}
  if answer.err or answer.error then
    error(vim.inspect(answer.err or answer.error))
  end
  return answer.result
end

-- Prints the result as one line of JSON, ends the server and the editor.
function M.finish(result)
  print(vim.fn.json_encode(result))
  M.client.stop()
  -- Wait for the server's process, so that nothing outlives the editor.
  M.wait_for(function() return vim.lsp.get_client_by_id(client_id) == nil end)
  vim.cmd("qa!")
end

return M
