family! {
    NEEDS_FROM = "E0401" "needs-from" Error;
    MIXED_FROM = "E0402" "mixed-from" Error;
    NOT_A_METRIC = "E0403" "not-a-metric" Error;
    MISPLACED_CLAUSE = "E0404" "misplaced-clause" Error;
    NO_TIME = "E0405" "no-time" Error;
    GRAIN_TOO_FINE = "E0406" "grain-too-fine" Error;
    GRAINS_DO_NOT_NEST = "E0407" "grains-do-not-nest" Error;
    NOT_AGREED_CUT = "E0408" "not-an-allowed-cut" Error;
    GROUP_BY_DOUBLE = "E0409" "group-by-double" Error;
    AGGREGATE_IN_ROW = "E0410" "aggregate-in-a-row" Error;
    BAD_RANGE = "E0411" "bad-range" Error;
    NOTHING_ASKED = "E0412" "nothing-asked" Error;
    NOT_IN_RESULT = "E0413" "not-in-the-result" Error;
    ONLY_TOTALS = "E0414" "only-totals" Error;
    ATTRIBUTE_TWICE = "E0415" "attribute-twice" Error;
    NOT_PUBLISHED = "E0416" "not-published" Note;
    TOTAL_LEAVES_KEYS = "E0417" "total-leaves-keys" Note;
    MISSING_IS_NULL = "E0419" "missing-is-null" Warning;
    LOOKUP_MAY_BE_NULL = "E0420" "lookup-may-be-null" Warning;
    WINDOW_IN_WINDOW = "E0430" "window-in-window" Error;
    WINDOW_OVER_PRIOR = "E0431" "window-over-prior" Error;
    OFFSET_NOT_WHOLE = "E0432" "offset-not-whole" Error;
    NEEDS_PERIOD = "E0433" "needs-a-period" Error;
    READS_AXIS = "E0434" "reads-the-axis" Error;
    FOLLOW_ROWS = "E0435" "follow-needs-rows" Error;
    NOT_YET_PLANNED = "E0490" "not-yet-planned" Error;
}
