-- clan-inventory in Neovim 0.7: `vim.lsp.start_client`, one server for each clan.

local servers = {}

--- The directory of the clan that a file belongs to.
local function root_of(file)
  local directory = vim.fn.fnamemodify(file, ":p:h")
  for _, name in ipairs({ "flake.nix", "clan.nix", "inventory.nix" }) do
    local found = vim.fn.findfile(name, vim.fn.fnameescape(directory) .. ";")
    if found ~= "" then
      return vim.fn.fnamemodify(found, ":p:h")
    end
  end
  return directory
end

local function attach(event)
  local root = root_of(event.match)
  if not servers[root] or vim.lsp.client_is_stopped(servers[root]) then
    servers[root] = vim.lsp.start_client({
      name = "clan-inventory",
      cmd = { "clan-inventory", "lsp" },
      root_dir = root,
      init_options = {},
    })
  end
  if servers[root] then
    vim.lsp.buf_attach_client(event.buf, servers[root])
  end
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
  pattern = { "*.nix", "inventory.json" },
  callback = attach,
})
