-- Neovim as the pictures of an editor show it: what clan-inventory gives, and little else.

local editors = vim.env.EDITORS .. "/neovim"
vim.opt.runtimepath:append(editors)
vim.opt.termguicolors = true
vim.opt.number = true
vim.opt.signcolumn = "yes"
vim.opt.swapfile = false
vim.opt.laststatus = 2
vim.opt.statusline = " %f %m%=%l:%c "
vim.opt.showmode = false
vim.opt.showcmd = false
vim.opt.ruler = false
vim.opt.shortmess:append("FIcsW")
vim.opt.fillchars = { eob = " ", vert = "│", horiz = "─" }
vim.opt.completeopt = { "menuone", "noinsert", "popup" }
vim.opt.pumheight = 9
vim.opt.hlsearch = false
vim.opt.winborder = "rounded"
vim.opt.updatetime = 100
vim.cmd("syntax on")

local function paint(group, style)
  vim.api.nvim_set_hl(0, group, style)
end

local function colours()
  paint("Normal", { fg = "#e6edf3" })
  paint("NormalFloat", { fg = "#e6edf3", bg = "#161b22" })
  paint("FloatBorder", { fg = "#3d444d", bg = "#161b22" })
  paint("Pmenu", { fg = "#c9d1d9", bg = "#161b22" })
  paint("PmenuSel", { fg = "#ffffff", bg = "#1f4f8f" })
  paint("PmenuSbar", { bg = "#161b22" })
  paint("PmenuThumb", { bg = "#3d444d" })
  paint("CursorLine", { bg = "#161b22" })
  paint("LineNr", { fg = "#484f58" })
  paint("SignColumn", {})
  paint("StatusLine", { fg = "#8b949e", bg = "#161b22" })
  paint("StatusLineNC", { fg = "#8b949e", bg = "#161b22" })
  paint("WinSeparator", { fg = "#3d444d" })
  paint("Comment", { fg = "#8b949e" })
  paint("String", { fg = "#a5d6ff" })
  paint("Constant", { fg = "#79c0ff" })
  paint("Number", { fg = "#79c0ff" })
  paint("Identifier", { fg = "#e6edf3" })
  paint("Statement", { fg = "#ff7b72" })
  paint("nixAttribute", { fg = "#e6edf3" })
  paint("LspInlayHint", { fg = "#7d8590", bg = "#161b22" })
  paint("LspCodeLens", { fg = "#7d8590" })
  paint("LspCodeLensSeparator", { fg = "#484f58" })
  paint("DiagnosticUnderlineWarn", { underline = true, sp = "#e3b341" })
  paint("DiagnosticUnderlineError", { underline = true, sp = "#ff7b72" })
  paint("DiagnosticVirtualTextWarn", { fg = "#e3b341" })
  paint("DiagnosticVirtualTextError", { fg = "#ff7b72" })
  paint("DiagnosticSignWarn", { fg = "#e3b341" })
  paint("DiagnosticSignError", { fg = "#ff7b72" })
end
colours()

vim.diagnostic.config({
  virtual_text = { prefix = "■", format = function(finding) return (finding.message:gsub("\n.*", "")) end },
  signs = { text = { "✗", "!", "i", "?" } },
  severity_sort = true,
})
vim.lsp.inlay_hint.enable()
vim.lsp.enable("clan-inventory")
dofile(editors .. "/lenses.lua")
vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = false })
    vim.defer_fn(vim.lsp.codelens.refresh, 500)
  end,
})
