;;; emacs.el --- Applies the quick fix for a misspelt name -*- lexical-binding: t -*-

(test-open "requirements.txt")
(let* ((found (test-wait-for (lambda () (test-diagnostic "unknown-package"))))
       (message (and found (flymake-diagnostic-text found)))
       (text (and found (buffer-substring-no-properties (flymake-diagnostic-beg found)
                                                        (flymake-diagnostic-end found)))))
  (when found
    (push '("Pick an action" . "Change to `requests`") test-answers)
    (goto-char (flymake-diagnostic-beg found))
    (call-interactively #'eglot-code-actions)
    (save-buffer))
  (test-finish
   `((message . ,message)
     (text . ,text)
     (mode . ,(symbol-name major-mode))
     (buffer . ,(buffer-string))
     (settled . ,(if (test-wait-for (lambda () (not (test-diagnostic "unknown-package"))))
                     t
                   json-false)))))
