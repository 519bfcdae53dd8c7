family! {
    NOT_YAML = "E0701" "not-yaml" Error;
    UNKNOWN_KEY = "E0702" "unknown-key" Error;
    WRONG_SETTING = "E0703" "wrong-setting" Error;
    UNKNOWN_IN_BINDING = "E0704" "unknown-in-binding" Error;
    NOT_UTF8 = "E0705" "not-utf8" Error;
    WRONG_DATA = "E0706" "wrong-data" Error;
}
