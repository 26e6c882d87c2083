-- Neovim, as a user has it with the file SNIPPET of editors/neovim: `nvim --headless -u NONE -l` or `-c luafile`.

local scenario = vim.fn.json_decode(vim.fn.readfile(vim.env.SCENARIO))
local is_new = vim.fn.has("nvim-0.11") == 1

--- Tells the outcome of a check.
local function tell(check, passed, detail)
  local line = table.concat({ passed and "ok" or "no", check, (tostring(detail):gsub("%s+", " ")) }, "\t")
  vim.fn.writefile({ line }, vim.env.OUT, "a")
end

local function wait(condition)
  return vim.wait(15000, condition, 20)
end

--- Puts the cursor on the last character of the first occurrence of a text.
local function go(text)
  vim.cmd("normal! gg0")
  vim.fn.search("\\V\\C" .. vim.fn.escape(text, "\\/"), "ceW")
end

--- Writes `new` where `old` is first.
local function replace(old, new)
  local row = vim.fn.search("\\V\\C" .. vim.fn.escape(old, "\\/"), "cw")
  local line = vim.fn.getline(row)
  local start, stop = line:find(old, 1, true)
  vim.api.nvim_buf_set_text(0, row - 1, start - 1, row - 1, stop, { new })
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function finding(code)
  for _, each in ipairs(vim.diagnostic.get(0)) do
    local of = each.code or (((each.user_data or {}).lsp or {}).code)
    if of == code then
      return each
    end
  end
end

--- The answer of the one server to a request at the cursor.
local function ask(method, parameters)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, parameters, 15000) or {}) do
    return answer.result
  end
end

local function here()
  return vim.lsp.util.make_position_params(0, is_new and vim.lsp.get_clients()[1].offset_encoding or nil)
end

local checks = {}

function checks.diagnostics()
  local mistake = scenario.mistake
  local had = finding(mistake.code)
  replace(mistake.right, mistake.wrong)
  local appears = wait(function() return finding(mistake.code) end)
  local message = appears and finding(mistake.code).message or "none"
  replace(mistake.wrong, mistake.right)
  local vanishes = wait(function() return not finding(mistake.code) end)
  return not had and appears and vanishes, message
end

function checks.hover()
  go(scenario.hover.at)
  vim.lsp.buf.hover()
  local shown = ""
  wait(function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        shown = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
  end)
  local plain = scenario.hover.says:gsub("`", "")
  return shown:gsub("`", ""):find(plain, 1, true), shown:match("^[^\n]*")
end

function checks.completion()
  local completion = scenario.completion
  replace(completion.right, completion.unfinished)
  go(completion.unfinished)
  local position = here()
  position.position.character = position.position.character + 1
  local answer = ask("textDocument/completion", position) or {}
  vim.cmd("silent undo")
  local names = vim.tbl_map(function(item) return item.label end, answer.items or answer)
  local offered = table.concat(names, " ")
  for _, name in ipairs(completion.offers) do
    if not vim.tbl_contains(names, name) then
      return false, offered
    end
  end
  return true, offered
end

function checks.definition()
  go(scenario.definition.at)
  vim.fn.setqflist({})
  vim.lsp.buf.definition()
  -- Two places, the machine and its folder, are for the quickfix list.
  local places = {}
  wait(function()
    places = vim.fn.getqflist()
    return #places > 0
  end)
  vim.cmd("cclose")
  for _, place in ipairs(places) do
    local line = vim.api.nvim_buf_get_lines(place.bufnr, place.lnum - 1, place.lnum, false)[1]
    if line == scenario.definition.line then
      return true, "line " .. place.lnum .. " of " .. #places .. " places: " .. vim.trim(line)
    end
  end
  return false, #places .. " places"
end

function checks.rename()
  local rename = scenario.rename
  go(rename.at)
  vim.lsp.buf.rename(rename.to)
  local count = function() return select(2, text():gsub(rename.to, "")) end
  local done = wait(function() return count() == rename.places end)
  local after = count()
  vim.cmd("silent undo")
  return done, after .. " places"
end

checks["code action"] = function()
  local mistake = scenario.mistake
  replace(mistake.right, mistake.wrong)
  wait(function() return finding(mistake.code) end)
  go(mistake.at)
  local titles = {}
  vim.ui.select = function(items, _, choose)
    for _, item in ipairs(items) do
      local action = item.action or item[2]
      table.insert(titles, action.title)
      if action.title == mistake.fix then
        choose(item)
      end
    end
  end
  vim.lsp.buf.code_action()
  local mended = wait(function() return text():find(mistake.right, 1, true) end)
  return mended, table.concat(titles, ", ")
end

function checks.lens()
  local uri = vim.uri_from_bufnr(0)
  local titles = {}
  local wanted
  for _, lens in ipairs(ask("textDocument/codeLens", { textDocument = { uri = uri } }) or {}) do
    if vim.fn.getline(lens.range.start.line + 1):find(scenario.lens.at, 1, true) then
      table.insert(titles, lens.command.title)
      wanted = lens
    end
  end
  if not wanted then
    return false, "no lens"
  end
  vim.api.nvim_win_set_cursor(0, { wanted.range.start.line + 1, 0 })
  vim.lsp.codelens.refresh()
  wait(function() return #vim.lsp.codelens.get(0) > 0 end)
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      if options.format_item(item):find(scenario.lens.titles[2], 1, true) then
        choose(item)
      end
    end
  end
  vim.lsp.codelens.run()
  local shown = wait(function() return vim.bo.buftype == "nofile" and text():find(scenario.lens.settings, 1, true) end)
  if vim.bo.buftype == "nofile" then
    vim.cmd("close")
  end
  return shown and vim.deep_equal(titles, scenario.lens.titles), table.concat(titles, ", ")
end

function checks.hint()
  vim.lsp.inlay_hint.enable()
  go(scenario.hint.behind)
  local line = vim.fn.line(".") - 1
  local label = "none"
  wait(function()
    for _, each in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
      if each.inlay_hint.position.line == line then
        label = each.inlay_hint.label
        return true
      end
    end
  end)
  return label == scenario.hint.says, label
end

local function run()
  vim.opt.runtimepath:append(vim.env.EDITORS .. "/neovim")
  vim.opt.swapfile = false
  vim.opt.hidden = true
  vim.cmd("filetype on")
  if vim.env.SNIPPET == "0.11" then
    vim.lsp.enable("clan-inventory")
  else
    dofile(vim.env.EDITORS .. "/neovim/" .. vim.env.SNIPPET .. ".lua")
  end
  dofile(vim.env.EDITORS .. "/neovim/lenses.lua")
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.CLAN .. "/" .. scenario.file))
  wait(function() return #vim.diagnostic.get(0) > 0 end)
  for check in vim.env.CHECKS:gmatch("[^,]+") do
    local ran, passed, detail = pcall(checks[check])
    tell(check, ran and passed, ran and detail or passed)
  end
end

local ran, problem = pcall(run)
if not ran then
  io.stderr:write(tostring(problem) .. "\n")
end
vim.cmd("qa!")
