family! {
    NOT_YAML = "E0901" "tests-not-yaml" Error;
    UNKNOWN_KEY = "E0902" "unknown-test-key" Error;
    NOT_A_TEST = "E0903" "not-a-test" Error;
    UNKNOWN_GIVEN = "E0904" "unknown-given" Error;
    WRONG_CELL = "E0905" "value-does-not-fit" Error;
    WRONG_COLUMNS = "E0906" "wrong-expected-columns" Error;
    WRONG_QUERY = "E0907" "wrong-query" Error;
    NEEDS_NOW = "E0908" "needs-now" Error;
    ROWS_NOT_READ = "E0909" "rows-not-read" Error;
    NAMED_TWICE = "E0910" "test-named-twice" Error;
}
