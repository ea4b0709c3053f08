-- Applies the quick fix for the misspelt name in requirements.txt, and prints what happened.

local pinwise = dofile(vim.env.PINWISE_CLIENT)
local bufnr, wait_for = pinwise.bufnr, pinwise.wait_for

local function diagnostic_of(rule)
  for _, diagnostic in ipairs(vim.diagnostic.get(bufnr)) do
    if diagnostic.code == rule
      or (diagnostic.user_data and diagnostic.user_data.lsp.code == rule) then
      return diagnostic
    end
  end
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
        vim.lsp.util.apply_workspace_edit(action.edit, pinwise.client.offset_encoding)
      end
    end
  end
  result.lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  result.settled = wait_for(function() return diagnostic_of("unknown-package") == nil end)
end

pinwise.finish(result)
