;;; emacs.el --- What eglot.el and lsp-mode.el share -*- lexical-binding: t -*-

;;; Code:

(require 'cl-lib)
(require 'json)
(require 'seq)
(require 'subr-x)

;; With -Q the packages of the distribution are not found by themselves.
(defvar package-directory-list)
(setq package-directory-list '("/usr/share/emacs/site-lisp/elpa"))
(require 'package)
(package-initialize)

(unless (locate-library "nix-mode")
  (define-derived-mode nix-mode prog-mode "Nix"
    (setq-local comment-start "# "))
  (provide 'nix-mode))
(add-to-list 'auto-mode-alist '("\\.nix\\'" . nix-mode))

(setq make-backup-files nil
      auto-save-default nil
      create-lockfiles nil)

(defvar editors-scenario
  (with-temp-buffer
    (insert-file-contents (getenv "SCENARIO"))
    (json-parse-buffer :object-type 'alist :array-type 'list))
  "What is to be done, and what must come of it.")

(defun editors-of (&rest keys)
  "The part of the scenario below KEYS."
  (let ((value editors-scenario))
    (dolist (key keys value)
      (setq value (alist-get key value)))))

(defun editors-tell (check passed detail)
  "Tell whether CHECK PASSED, and a DETAIL."
  (let ((shown (replace-regexp-in-string "[ \t\n]+" " " (format "%s" detail))))
    (write-region (format "%s\t%s\t%s\n" (if passed "ok" "no") check shown) nil (getenv "OUT") 'append 'quiet)))

(defun editors-wait (condition)
  "Wait until CONDITION gives something, and give that."
  (let ((end (+ (float-time) 15)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    found))

(defun editors-go (text)
  "Go to the last character of the first occurrence of TEXT."
  (let ((case-fold-search nil))
    (goto-char (point-min))
    (search-forward text)
    (backward-char)))

(defun editors-replace (old new)
  "Write NEW where OLD is first."
  (editors-go old)
  (forward-char)
  (replace-match new t t))

(defun editors-line (&optional position)
  "The line at POSITION, or at point."
  (save-excursion
    (when position (goto-char position))
    (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun editors-contains (text)
  "Whether the buffer has TEXT."
  (save-excursion
    (goto-char (point-min))
    (search-forward text nil t)))

(defun editors-run (checks)
  "Run those of CHECKS, an alist, that are wanted; each gives a pair: whether it passed, and a detail."
  (dolist (name (split-string (getenv "CHECKS") ","))
    (condition-case problem
        (let ((answer (funcall (alist-get name checks nil nil #'equal))))
          (editors-tell name (car answer) (cdr answer)))
      (error (editors-tell name nil (error-message-string problem))))))

(provide 'emacs)
;;; emacs.el ends here
