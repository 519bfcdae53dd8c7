family! {
    EDITED_FILE = "G0601" "edited-file" Error;
    STALE_BUILD = "G0602" "stale-build" Error;
    FORGED_MANIFEST = "G0603" "forged-manifest" Error;
    MISSING_FILE = "G0604" "missing-file" Error;
    FOREIGN_FILE = "G0605" "foreign-file" Error;
    OTHER_COMPILER = "G0606" "other-compiler" Error;
    SUPERSEDED_STATEMENT = "G0607" "superseded-statement" Error;
    EDITED_STATEMENT = "G0608" "edited-statement" Error;
    UNKNOWN_STATEMENT = "G0609" "unknown-statement" Error;
}
