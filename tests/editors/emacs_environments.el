;;; emacs_environments.el --- Creates, installs and selects by the commands of the page -*- lexical-binding: t -*-

(test-open "requirements.txt")

(defvar test-messages nil
  "What Pinwise told, the last one first.")

(defun test-note (format-string &rest arguments)
  "Note the message of FORMAT-STRING and ARGUMENTS."
  (when format-string
    (push (apply #'format-message format-string arguments) test-messages)))
(advice-add 'message :before #'test-note)

(defun test-told (words)
  "Wait for a message with WORDS."
  (test-wait-for
   (lambda () (seq-find (lambda (each) (string-match-p (regexp-quote words) each)) test-messages))))

(push '("Created .venv." . "Install requirements") test-answers)
(push '("Which Python shall" . "Python") test-answers)
(pinwise-create)
(let ((installed (test-told "Installed the requirements into .venv")))
  (pinwise-install)
  (let ((again (test-told "Nothing to do: .venv holds what the lines ask for")))
    (pinwise-select)
    (test-wait-for (lambda () (seq-find (lambda (each) (string-match-p "Which Python" each))
                                        test-questions)))
    (test-finish
     `((installed . ,(if installed t json-false))
       (again . ,(if again t json-false))
       (questions . ,(vconcat (reverse test-questions)))
       (status . ,(jsonrpc-request (eglot-current-server) :workspace/executeCommand
                                   '(:command "pinwise.environmentStatus" :arguments [])))))))
