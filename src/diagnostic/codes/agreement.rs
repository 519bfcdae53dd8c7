family! {
    NOT_IN_LOCK = "G0101" "not-in-lock" Error;
    LOCK_DIFFERS = "G0102" "lock-differs" Error;
    NOT_AGREED = "G0103" "not-agreed" Error;
    VOID = "G0104" "void-approval" Error;
    WRONG_VERSION = "G0105" "wrong-version" Error;
    GONE = "G0106" "agreed-and-gone" Error;
    NAME_RETIRED = "G0107" "name-retired" Error;
    LOCK_BROKEN = "G0108" "lock-broken" Error;
    FAVOURS_ITS_AUTHOR = "G0110" "favours-its-author" Error;
    TEXT_MISSING = "G0111" "agreed-text-missing" Error;
    NOBODY_ANSWERS = "G0109" "nobody-answers" Error;
}
