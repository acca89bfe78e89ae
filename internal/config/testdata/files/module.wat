;; a filter
(module (func))
