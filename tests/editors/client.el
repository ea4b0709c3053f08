;;; client.el --- What a person does in Emacs, for tests -*- lexical-binding: t -*-

;; The configuration is that of docs/editors.md, which is loaded before this file.

(require 'eglot)
(require 'json)

(defvar test-answers '(("has no environment" . "Not now"))
  "The answers to the questions of Emacs, by a part of each question.")

(defvar test-questions nil
  "What was asked, the last one first.")

(defun test-answer (prompt collection &rest _rest)
  "Answer PROMPT as `test-answers' says, by the first of COLLECTION that begins like it."
  (push prompt test-questions)
  (let ((beginning (cdr (seq-find (lambda (each) (string-match-p (regexp-quote (car each)) prompt))
                                  test-answers))))
    (or (seq-find (lambda (choice) (string-prefix-p (or beginning "\n") choice))
                  (all-completions "" collection))
        (error "No answer to %s" prompt))))

(advice-add 'completing-read :override #'test-answer)

;; A key was pressed: after a click, Emacs would open a menu.
(setq last-nonmenu-event ?a)

(defun test-wait-for (condition)
  "Wait until CONDITION returns something; return it, or nil after a minute."
  (let ((end (+ (float-time) 60)) found)
    (while (not (or (setq found (funcall condition)) (> (float-time) end)))
      (accept-process-output nil 0.05))
    found))

(defun test-open (file)
  "Visit FILE, and wait for the server."
  (find-file file)
  ;; In batch mode no command ends, and so nothing runs what waits for the end of one.
  (run-hooks 'post-command-hook)
  (test-wait-for #'eglot-managed-p)
  (flymake-start))

(defun test-diagnostic (rule)
  "Return the diagnostic of RULE in this buffer."
  (seq-find (lambda (each) (string-match-p (regexp-quote (format "[%s]" rule))
                                           (flymake-diagnostic-text each)))
            (flymake-diagnostics)))

(defun test-finish (result)
  "Print RESULT as JSON, and end the server."
  (princ (json-encode result))
  (eglot-shutdown (eglot-current-server)))
