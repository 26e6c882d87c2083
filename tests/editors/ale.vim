" Vim with ALE, as a user has it with the folder editors/vim: `vim -Nu NONE -es -S`.

set nocompatible hidden noswapfile encoding=utf-8 virtualedit=all viminfo=
let s:scenario = json_decode(join(readfile($SCENARIO), ''))
let s:answer = ''
let s:question = ''

function! s:Tell(check, passed, detail) abort
  let l:line = join([a:passed ? 'ok' : 'no', a:check, substitute(a:detail, '\_s\+', ' ', 'g')], "\t")
  call writefile([l:line], $OUT, 'a')
endfunction

function! s:Wait(condition) abort
  let l:end = localtime() + 15
  while !eval(a:condition) && localtime() < l:end
    sleep 50m
  endwhile
  return eval(a:condition) ? 1 : 0
endfunction

" Puts the cursor on the last character of the first occurrence of a text.
function! s:Go(text) abort
  call cursor(1, 1)
  call search('\V\C' . escape(a:text, '\/'), 'ceW')
endfunction

" Writes the new text where the old one is first.
function! s:Replace(old, new) abort
  call cursor(1, 1)
  let l:row = search('\V\C' . escape(a:old, '\/'), 'cW')
  call setline(l:row, substitute(getline(l:row), '\V\C' . escape(a:old, '\/'), escape(a:new, '\&'), ''))
  call ale#Queue(0)
endfunction

function! s:Findings() abort
  return filter(copy(ale#engine#GetLoclist(bufnr(''))), 'get(v:val, "code", "") is# s:scenario.mistake.code')
endfunction

function! s:Count(text) abort
  return count(join(getline(1, '$'), "\n"), a:text)
endfunction

function! s:Diagnostics() abort
  let l:had = !empty(s:Findings())
  call s:Replace(s:scenario.mistake.right, s:scenario.mistake.wrong)
  let l:appears = s:Wait('!empty(s:Findings())')
  let l:text = l:appears ? s:Findings()[0].text : 'none'
  call s:Replace(s:scenario.mistake.wrong, s:scenario.mistake.right)
  let l:vanishes = s:Wait('empty(s:Findings())')
  return [!l:had && l:appears && l:vanishes, l:text]
endfunction

function! s:Hover() abort
  let g:ale_hover_to_preview = 1
  call s:Go(s:scenario.hover.at)
  ALEHover
  call s:Wait('bufnr("ALEPreviewWindow") > 0')
  let l:text = join(getbufline('ALEPreviewWindow', 1, '$'), "\n")
  pclose
  let l:plain = substitute(s:scenario.hover.says, '`', '', 'g')
  return [stridx(substitute(l:text, '`', '', 'g'), l:plain) >= 0, matchstr(l:text, '^[^\n]*')]
endfunction

function! s:Completion() abort
  call s:Replace(s:scenario.completion.right, s:scenario.completion.unfinished)
  call s:Go(s:scenario.completion.unfinished)
  call cursor(line('.'), col('.') + 1)
  let s:mode = 'i'
  call ale#completion#GetCompletions('ale-omnifunc')
  call s:Wait('ale#completion#GetCompletionResult() isnot v:null')
  let s:mode = 'n'
  let l:names = map(copy(ale#completion#GetCompletionResult()), 'matchstr(v:val.word, "^[^ ]*")')
  call setline('.', substitute(getline('.'), '\V' . s:scenario.completion.unfinished . '\$', s:scenario.completion.right, ''))
  let l:lacking = filter(copy(s:scenario.completion.offers), 'index(l:names, v:val) < 0')
  return [empty(l:lacking), join(l:names)]
endfunction

function! s:Definition() abort
  call s:Go(s:scenario.definition.at)
  let l:file = bufnr('')
  ALEGoToDefinition
  let l:reached = s:Wait('getline(".") is# s:scenario.definition.line')
  let l:detail = 'line ' . line('.') . ': ' . trim(getline('.'))
  execute 'buffer' l:file
  return [l:reached, l:detail]
endfunction

function! s:Rename() abort
  let s:answer = s:scenario.rename.to
  call s:Go(s:scenario.rename.at)
  ALERename
  let l:done = s:Wait('s:Count(s:scenario.rename.to) == s:scenario.rename.places')
  let l:count = s:Count(s:scenario.rename.to)
  silent undo
  call ale#Queue(0)
  return [l:done, l:count . ' places']
endfunction

function! s:CodeAction() abort
  call s:Replace(s:scenario.mistake.right, s:scenario.mistake.wrong)
  call s:Wait('!empty(s:Findings())')
  call s:Go(s:scenario.mistake.at)
  let s:answer = s:scenario.mistake.fix
  ALECodeAction
  let l:mended = s:Wait('s:Count(s:scenario.mistake.right) > 0')
  let l:titles = map(split(s:question, "\n")[1:-2], 'substitute(v:val, "^\\d\\+) ", "", "")')
  return [l:mended, join(l:titles, ', ')]
endfunction

packadd ale
execute 'set runtimepath^=' . fnameescape($EDITORS . '/vim')
let g:ale_linters = {'nix': ['clan_inventory']}
filetype on
runtime autoload/ale/util.vim

" The user at the prompt: the number of the answer among those that are offered, or the answer itself.
function! ale#util#Input(message, value, ...) abort
  let s:question = a:message
  let l:line = matchstr(a:message, '\v(^|\n)\zs\d+\ze\) \V' . escape(s:answer, '\') . '\n')
  return empty(l:line) ? s:answer : l:line
endfunction

let s:mode = 'n'
function! ale#util#Mode(...) abort
  return s:mode
endfunction

let s:checks = {
\   'diagnostics': function('s:Diagnostics'),
\   'hover': function('s:Hover'),
\   'completion': function('s:Completion'),
\   'definition': function('s:Definition'),
\   'rename': function('s:Rename'),
\   'code action': function('s:CodeAction'),
\}
execute 'edit' fnameescape($CLAN . '/' . s:scenario.file)
call ale#Queue(0)
call s:Wait('!empty(ale#engine#GetLoclist(bufnr("")))')
for s:check in split($CHECKS, ',')
  try
    let [s:passed, s:detail] = s:checks[s:check]()
    call s:Tell(s:check, s:passed, s:detail)
  catch
    call s:Tell(s:check, 0, v:exception . ' at ' . v:throwpoint)
  endtry
endfor
qall!
