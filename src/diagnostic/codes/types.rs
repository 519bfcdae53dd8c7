family! {
    TYPES_DIFFER = "E0301" "types-differ" Error;
    WRONG_TYPE = "E0302" "wrong-type" Error;
    UNKNOWN_FUNCTION = "E0303" "unknown-function" Error;
    WRONG_ARGUMENTS = "E0304" "wrong-arguments" Error;
    UNITS_DIFFER = "E0305" "units-differ" Error;
    WRONG_UNIT = "E0306" "wrong-unit" Error;
    UNKNOWN_TYPE = "E0307" "unknown-type" Error;
    DECIMAL_TOO_WIDE = "E0308" "decimal-too-wide" Error;
    NULL_IN_LIST = "E0309" "null-in-list" Error;
    BAD_LITERAL = "E0310" "bad-literal" Error;
    DOUBLE_EQUALITY = "E0311" "double-equality" Warning;
    MONEY_AS_DOUBLE = "E0312" "money-as-double" Warning;
}
