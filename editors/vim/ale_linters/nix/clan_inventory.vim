" clan-inventory in Vim, by ALE: this file as ~/.vim/ale_linters/nix/clan_inventory.vim.

call ale#Set('nix_clan_inventory_executable', 'clan-inventory')
call ale#Set('nix_clan_inventory_config', {})

function! ale_linters#nix#clan_inventory#GetProjectRoot(buffer) abort
    for l:name in ['flake.nix', 'clan.nix', 'inventory.nix']
        let l:found = ale#path#FindNearestFile(a:buffer, l:name)

        if !empty(l:found)
            return fnamemodify(l:found, ':h')
        endif
    endfor

    return expand('#' . a:buffer . ':p:h')
endfunction

call ale#linter#Define('nix', {
\   'name': 'clan_inventory',
\   'aliases': ['clan-inventory'],
\   'lsp': 'stdio',
\   'executable': {b -> ale#Var(b, 'nix_clan_inventory_executable')},
\   'command': '%e lsp',
\   'project_root': function('ale_linters#nix#clan_inventory#GetProjectRoot'),
\   'initialization_options': {b -> ale#Var(b, 'nix_clan_inventory_config')},
\})
