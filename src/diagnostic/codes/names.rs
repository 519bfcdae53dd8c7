family! {
    UNKNOWN_NAME = "E0201" "unknown-name" Error;
    DECLARED_TWICE = "E0202" "declared-twice" Error;
    CYCLE = "E0203" "cycle" Error;
    UNKNOWN_COLUMN = "E0204" "unknown-column" Error;
    NAME_CLAIMED = "E0205" "name-claimed" Error;
    TOO_DEEP = "E0206" "definitions-too-deep" Error;
}
