;;; clan-inventory-lsp-mode.el --- clan-inventory in Emacs, by lsp-mode -*- lexical-binding: t -*-

;; Goes into the init file, or is loaded there.  Runs beside the server for Nix that lsp-mode starts.

;;; Code:

(require 'ht)
(require 'lsp-mode)

(defgroup clan-inventory nil
  "What the language server of clan-inventory is told."
  :group 'lsp-mode)

(defcustom clan-inventory-dialect nil
  "The day whose clan-core is meant, as YYYY-MM-DD; found out if nil."
  :type '(choice (const :tag "Found out" nil) string))

(lsp-register-custom-settings
 '(("clan-inventory.dialect" clan-inventory-dialect)))

(defun clan-inventory--show-members (command)
  "Show the places that COMMAND, a lens's, brings along."
  (lsp-show-xrefs (lsp--locations-to-xref-items (aref (lsp-get command :arguments) 2)) nil t))

(defun clan-inventory--show-settings (command)
  "Show the resolved settings of the instance that COMMAND, a lens's, is about."
  (let* ((answer (lsp-request "workspace/executeCommand"
                              `(:command ,(lsp-get command :command)
                                :arguments ,(lsp-get command :arguments))))
         (buffer (get-buffer-create "*resolved settings*")))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (lsp-get answer :text)))
      (special-mode)
      (goto-char (point-min)))
    (pop-to-buffer buffer)))

(add-to-list 'lsp-language-id-configuration '(nix-mode . "nix"))
(add-to-list 'lsp-language-id-configuration '(nix-ts-mode . "nix"))

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("clan-inventory" "lsp"))
  :major-modes '(nix-mode nix-ts-mode)
  :server-id 'clan-inventory
  :add-on? t
  :action-handlers (ht ("clan-inventory.showMembers" #'clan-inventory--show-members)
                       ("clan-inventory.resolvedSettings" #'clan-inventory--show-settings))))

(add-hook 'nix-mode-hook #'lsp-deferred)
(add-hook 'nix-ts-mode-hook #'lsp-deferred)

(provide 'clan-inventory-lsp-mode)
;;; clan-inventory-lsp-mode.el ends here
