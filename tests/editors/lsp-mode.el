;;; lsp-mode.el --- Emacs with lsp-mode, as a user has it with the file of editors/emacs -*- lexical-binding: t -*-

;;; Code:

(load (expand-file-name "emacs.el" (file-name-directory load-file-name)) nil t)
(defvar lsp-session-file (make-temp-file "lsp-session"))
(require 'lsp-mode)
(require 'lsp-diagnostics)
(require 'lsp-completion)
(require 'lsp-lens)
(load (expand-file-name "emacs/clan-inventory-lsp-mode.el" (getenv "EDITORS")) nil t)

(setq lsp-auto-guess-root t
      lsp-enable-file-watchers nil
      lsp-enable-snippet nil
      lsp-debounce-full-sync-notifications nil
      lsp-client-packages nil
      lsp-diagnostics-provider :flymake
      lsp-warn-no-matched-clients nil)

(defun editors-finding ()
  "The finding that the mistake of the scenario has."
  (seq-find (lambda (each) (equal (lsp-get each :code) (editors-of 'mistake 'code)))
            (apply #'append (hash-table-values (lsp-diagnostics)))))

(defun editors-diagnostics ()
  (let ((had (editors-finding)) appears text vanishes)
    (editors-replace (editors-of 'mistake 'right) (editors-of 'mistake 'wrong))
    (setq appears (editors-wait #'editors-finding)
          text (and appears (lsp-get appears :message)))
    (editors-replace (editors-of 'mistake 'wrong) (editors-of 'mistake 'right))
    (setq vanishes (editors-wait (lambda () (not (editors-finding)))))
    (cons (and (not had) appears vanishes) text)))

(defun editors-hover ()
  (editors-go (editors-of 'hover 'at))
  (save-window-excursion (lsp-describe-thing-at-point))
  (let ((shown (with-current-buffer "*lsp-help*" (buffer-substring-no-properties (point-min) (point-max))))
        (plain (string-replace "`" "" (editors-of 'hover 'says))))
    (cons (string-search plain (string-replace "`" "" shown)) (car (split-string shown "\n")))))

(defun editors-completion ()
  (let (names)
    (editors-replace (editors-of 'completion 'right) (editors-of 'completion 'unfinished))
    (pcase-let ((`(,_ ,_ ,table . ,_) (lsp-completion-at-point)))
      (setq names (mapcar #'substring-no-properties (all-completions "" table))))
    (editors-replace (concat (editors-of 'completion 'unfinished) "\n") (concat (editors-of 'completion 'right) "\n"))
    (cons (seq-every-p (lambda (name) (member name names)) (editors-of 'completion 'offers))
          (string-join names " "))))

(defun editors-definition ()
  (editors-go (editors-of 'definition 'at))
  (let* ((answer (lsp-request "textDocument/definition" (lsp--text-document-position-params)))
         (lines (mapcar (lambda (place)
                          (let ((marker (xref-location-marker (xref-item-location place))))
                            (with-current-buffer (marker-buffer marker) (editors-line marker))))
                        (lsp--locations-to-xref-items answer))))
    (cons (member (editors-of 'definition 'line) lines) (string-trim (car lines)))))

(defun editors-rename ()
  (editors-go (editors-of 'rename 'at))
  (lsp-rename (editors-of 'rename 'to))
  (let ((count (how-many (editors-of 'rename 'to) (point-min) (point-max))))
    (editors-go (string-replace (editors-of 'rename 'from) (editors-of 'rename 'to) (editors-of 'rename 'at)))
    (lsp-rename (editors-of 'rename 'from))
    (cons (= count (editors-of 'rename 'places)) (format "%s places" count))))

(defun editors-code-action ()
  (editors-replace (editors-of 'mistake 'right) (editors-of 'mistake 'wrong))
  (editors-wait #'editors-finding)
  (editors-go (editors-of 'mistake 'at))
  (let* ((actions (append (lsp-code-actions-at-point) nil))
         (titles (mapcar (lambda (action) (lsp-get action :title)) actions)))
    (lsp-execute-code-action (seq-find (lambda (action) (equal (lsp-get action :title) (editors-of 'mistake 'fix))) actions))
    (cons (editors-contains (editors-of 'mistake 'right)) (string-join titles ", "))))

(defun editors-lens ()
  (let* ((lenses (append (lsp-request "textDocument/codeLens" `(:textDocument ,(lsp--text-document-identifier))) nil))
         (here (seq-filter (lambda (lens)
                             (let ((line (lsp-get (lsp-get (lsp-get lens :range) :start) :line)))
                               (string-search (editors-of 'lens 'at) (editors-line (lsp--line-character-to-point line 0)))))
                           lenses))
         (titles (mapcar (lambda (lens) (lsp-get (lsp-get lens :command) :title)) here)))
    (save-window-excursion
      (save-current-buffer (lsp--execute-command (lsp-get (cadr here) :command))))
    (cons (and (equal titles (editors-of 'lens 'titles))
               (with-current-buffer "*resolved settings*" (editors-contains (editors-of 'lens 'settings))))
          (string-join titles ", "))))

(find-file (expand-file-name (editors-of 'file) (getenv "CLAN")))
;; What lsp-deferred does when Emacs is idle, which it never is without a user.
(lsp)
(editors-wait (lambda () (> (hash-table-count (lsp-diagnostics)) 0)))
(editors-run '(("diagnostics" . editors-diagnostics)
               ("hover" . editors-hover)
               ("completion" . editors-completion)
               ("definition" . editors-definition)
               ("rename" . editors-rename)
               ("code action" . editors-code-action)
               ("lens" . editors-lens)))
(set-buffer-modified-p nil)
(seq-do #'lsp-workspace-shutdown (lsp-workspaces))
;;; lsp-mode.el ends here
