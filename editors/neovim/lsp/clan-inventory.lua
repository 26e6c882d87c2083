-- clan-inventory in Neovim 0.11 and newer: this file as ~/.config/nvim/lsp/clan-inventory.lua, and `vim.lsp.enable("clan-inventory")` in init.lua.

return {
  cmd = { "clan-inventory", "lsp" },
  filetypes = { "nix", "json" },
  root_dir = function(buffer, start)
    local name = vim.api.nvim_buf_get_name(buffer)
    for _, marker in ipairs({ "flake.nix", "clan.nix", "inventory.nix" }) do
      local found = vim.fs.root(name, marker)
      if found then
        return start(found)
      end
    end
    -- JSON of other projects is left alone.
    if vim.bo[buffer].filetype == "nix" or vim.fs.basename(name) == "inventory.json" then
      start(vim.fs.dirname(name))
    end
  end,
  settings = { ["clan-inventory"] = {} },
}
