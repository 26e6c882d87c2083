;;; clan-inventory-eglot.el --- clan-inventory in Emacs, by eglot -*- lexical-binding: t -*-

;; Goes into the init file, or is loaded there.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs
             '((nix-mode nix-ts-mode) . ("clan-inventory" "lsp")))

(add-hook 'nix-mode-hook #'eglot-ensure)
(add-hook 'nix-ts-mode-hook #'eglot-ensure)

(provide 'clan-inventory-eglot)
;;; clan-inventory-eglot.el ends here
