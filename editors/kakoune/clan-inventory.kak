# clan-inventory in Kakoune, by kak-lsp (kakoune-lsp) 17 or newer: for kakrc, behind the line that starts it.

hook global BufSetOption filetype=nix %{
    # This takes the place of what kak-lsp starts for Nix by itself, so a server for the language is named here too.
    set-option buffer lsp_servers %{
        # [nixd]
        # root_globs = ["flake.nix", "shell.nix", ".git"]

        [clan-inventory]
        command = "clan-inventory"
        args = ["lsp"]
        root_globs = ["flake.nix", "clan.nix", "inventory.nix"]
        # The keys of docs/editor.md: settings.clan-inventory = { dialect = "2026-08-22" }
    }
}
