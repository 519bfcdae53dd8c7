" Definitions of metrics, after grammar/etalon.pest: tests/editors.rs holds the words of both together.
if exists('b:current_syntax')
  finish
endif
syntax case match
syntax sync minlines=60

" Any name; what means more is matched below, and later rules win.
syntax match etalonNumber /\<\d\+\(\.\d\+\)\?\>/
syntax match etalonDate /\<\d\{4}-\d\{2}\(-\d\{2}\)\?\>/
syntax match etalonOperator /<=\|>=\|<>\|!=\|||\|[-+*/<>=?]/

" Words that are never names.
syntax keyword etalonOperatorWord and or not in is like between
syntax keyword etalonConditional case when then else end
syntax keyword etalonConstant true false null
syntax keyword etalonClause from where at per as

" Words that may be names too are coloured where they do their work.
syntax match etalonClause /\<\(over\|except\|via\|until\|after\|within\|while\|by\|to\|on\|any\|valid\|loops\|check\)\ze\s\+[A-Za-z_"'(0-9<>=]/
syntax match etalonClause /\<loops\ze\s*\(#\|$\)/
syntax match etalonClause /\<\(first\|last\)\ze\(\s\+\(per\|where\)\>\|\s*[{#)]\|\s*$\)/
syntax match etalonClause /(\s*\zsdistinct\ze\s\+[A-Za-z_"'(0-9]/
syntax match etalonRange /\<\(last\ze\s\+\d\|this\ze\s\+[a-z]\)/
syntax match etalonRange /\<\(asc\|desc\)\>\ze\s*\(,\|#\|$\)/

syntax match etalonAggregate /\<\(count\|sum\|avg\|min\|max\|median\|percentile\|percentile_disc\|stddev\|stddev_pop\|variance\|variance_pop\|first\|last\|approx_count_distinct\)\ze\s*(/
syntax match etalonContext /\<\(total\|rolling\|to_date\|cumulative\|prior\|start_of\|fill\|follow\|metric\)\ze\s*(/
syntax match etalonFunction /\<\(abs\|ceil\|coalesce\|contains\|ends_with\|exp\|floor\|greatest\|least\|length\|ln\|lower\|mod\|nullif\|part\|power\|replace\|round\|sqrt\|starts_with\|substring\|trim\|upper\|cast\|\(second\|minute\|hour\|day\|week\|month\|quarter\|year\)\(_of\|s_between\)\)\ze\s*(/
syntax match etalonPeriod /\<\d\+\s\+\zs\(second\|minute\|hour\|day\|week\|month\|quarter\|year\)s\?\>/

" Items of a block stand at the start of a line, or behind the brace that opens it.
syntax match etalonAttribute /\(^\s*\|{\s*\)\zs\(key\|time\|join\|lead\|members\|title\|means\|owner\|unit\|also\|guardrail\|goal\|format\|grain\|tags\|tier\|fill\|status\|show\|having\|during\|limit\|accepted\|by\|where\)\ze\s\+[^ ]/
syntax match etalonAttribute /\<\(paid\s\+on\|agreed\s\+by\|only\s\+by\|order\s\+by\|variant\s\+of\)\>/
syntax match etalonAttribute /\<because\ze\s*'/
syntax match etalonAttribute /\<\(since\ze\s\+\d\|use\ze\s\+[A-Za-z_"]\)/
syntax match etalonConstant /\(\<status\s\+\)\@<=\(draft\|official\|deprecated\)\>/
syntax match etalonConstant /\(\<goal\s\+\)\@<=\(up\|down\)\>/
syntax match etalonConstant /\(\<paid\s\+on\s\+\)\@<=nothing\>/
syntax match etalonType /\<\(integer\|decimal\|double\|text\|boolean\|date\|timestamp\|instant\)\>\ze\(?\|\s*(\s*\d\|\s*[#')]\|\s\+\(in\|check\)\>\|\s*$\)/

syntax match etalonDeclaration /^\s*\(team\|source\|metric\|dimension\|report\|calendar\)\ze\s\+[A-Za-z_"]/ nextgroup=etalonName skipwhite
syntax match etalonName /\([A-Za-z_][A-Za-z0-9_]*\|"\(""\|[^"]\)\+"\)/ contained

syntax match etalonQuoted /"\(""\|[^"]\)\+"/
syntax region etalonText start=/'/ skip=/''/ end=/'/ end=/$/ oneline
syntax region etalonText start=/'''/ end=/'''/
syntax match etalonComment /#.*$/ contains=@Spell

highlight default link etalonNumber Number
highlight default link etalonDate Number
highlight default link etalonOperator Operator
highlight default link etalonOperatorWord Operator
highlight default link etalonConditional Conditional
highlight default link etalonConstant Constant
highlight default link etalonClause Keyword
highlight default link etalonRange Keyword
highlight default link etalonAggregate Function
highlight default link etalonContext Function
highlight default link etalonFunction Function
highlight default link etalonPeriod Special
highlight default link etalonAttribute Statement
highlight default link etalonType Type
highlight default link etalonDeclaration Structure
highlight default link etalonName Identifier
highlight default link etalonQuoted Identifier
highlight default link etalonText String
highlight default link etalonComment Comment

let b:current_syntax = 'etalon'
