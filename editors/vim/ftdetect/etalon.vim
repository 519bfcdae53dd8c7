autocmd BufRead,BufNewFile *.metric setfiletype etalon
