-- What the lenses above instances do, in every version: the machines go to the quickfix list, the resolved settings to a window of their own.

local is_new = vim.fn.has("nvim-0.11") == 1

vim.lsp.commands["clan-inventory.showMembers"] = function(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local items = vim.lsp.util.locations_to_items(command.arguments[3], client.offset_encoding)
  vim.fn.setqflist({}, " ", { title = command.title, items = items })
  vim.cmd("copen")
end

vim.lsp.commands["clan-inventory.resolvedSettings"] = function(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local asked = { command = command.command, arguments = command.arguments }
  local function show(problem, answer)
    if problem then
      return vim.notify(problem.message, vim.log.levels.ERROR)
    end
    vim.cmd("new")
    local buffer = vim.api.nvim_get_current_buf()
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(answer.text), "\n"))
    vim.bo[buffer].buftype = "nofile"
    vim.bo[buffer].bufhidden = "wipe"
    vim.bo[buffer].filetype = answer.languageId
    vim.bo[buffer].modifiable = false
  end
  if is_new then
    client:request("workspace/executeCommand", asked, show, context.bufnr)
  else
    client.request("workspace/executeCommand", asked, show, context.bufnr)
  end
end

vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
  pattern = { "*.nix", "inventory.json" },
  callback = function(event)
    local clients = is_new and vim.lsp.get_clients({ bufnr = event.buf }) or vim.lsp.buf_get_clients(event.buf)
    for _, client in pairs(clients) do
      if client.name == "clan-inventory" then
        return vim.lsp.codelens.refresh()
      end
    end
  end,
})
