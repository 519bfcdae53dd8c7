family! {
    KEY_NOT_UNIQUE = "E0801" "key-not-unique" Error;
    DOES_NOT_FIT = "E0802" "does-not-fit" Error;
    VALIDITY_OVERLAPS = "E0803" "validity-overlaps" Error;
    NOT_GIVEN = "E0804" "not-given" Error;
    CALENDAR_BROKEN = "E0805" "calendar-broken" Error;
}
