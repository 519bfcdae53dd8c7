family! {
    UNEXPECTED = "E0101" "unexpected" Error;
    UNCLOSED = "E0102" "unclosed" Error;
    OUTSIDE_DECLARATION = "E0103" "outside-a-declaration" Error;
    TOO_DEEP = "E0104" "nested-too-deep" Error;
    UNKNOWN_ITEM = "E0105" "unknown-item" Error;
    WRONG_VALUE = "E0106" "wrong-value" Error;
    BAD_NAME = "E0107" "bad-name" Error;
    CLAUSE_TWICE = "E0108" "clause-twice" Error;
    TOO_MANY = "E0109" "too-many-errors" Error;
    BAD_CHARACTER = "E0110" "bad-character" Error;
    TOO_LONG = "E0111" "declaration-too-long" Error;
}
