-- Opens requirements.txt with Pinwise as its language server, applies the quick fix for the
-- misspelt name, and prints what happened as one line of JSON. Works on Neovim 0.7 and newer.

local command = vim.fn.json_decode(vim.env.PINWISE_COMMAND)
local bufnr = vim.api.nvim_get_current_buf()

local client_id = vim.lsp.start_client({
  name = "pinwise",
  cmd = command,
  root_dir = vim.fn.getcwd(),
  workspace_folders = { { uri = vim.uri_from_fname(vim.fn.getcwd()), name = "project" } },
  -- What the server asks the user is answered by "Not now", as closing the question would.
  handlers = { ["window/showMessageRequest"] = function() return vim.NIL end },
})
vim.lsp.buf_attach_client(bufnr, client_id)
local client = vim.lsp.get_client_by_id(client_id)

local function diagnostic_of(rule)
  for _, diagnostic in ipairs(vim.diagnostic.get(bufnr)) do
    if diagnostic.code == rule
      or (diagnostic.user_data and diagnostic.user_data.lsp.code == rule) then
      return diagnostic
    end
  end
end

local function wait_for(condition)
  return vim.wait(30000, condition, 20)
end

local result = { found = wait_for(function() return diagnostic_of("unknown-package") ~= nil end) }
local diagnostic = diagnostic_of("unknown-package")
if diagnostic then
  result.message = diagnostic.message
  result.range = { diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col }
  local place = { line = diagnostic.lnum, character = diagnostic.col }
  local answers = vim.lsp.buf_request_sync(bufnr, "textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = place, ["end"] = place },
    context = { diagnostics = {} },
  }, 30000)
  result.titles = {}
  for _, answer in pairs(answers or {}) do
    for _, action in ipairs(answer.result or {}) do
      table.insert(result.titles, action.title)
      if action.title == "Change to `requests`" then
        vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      end
    end
  end
  result.lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  result.settled = wait_for(function() return diagnostic_of("unknown-package") == nil end)
end

print(vim.fn.json_encode(result))
client.stop()
-- Wait for the server's process, so that nothing outlives the editor.
wait_for(function() return vim.lsp.get_client_by_id(client_id) == nil end)
vim.cmd("qa!")
