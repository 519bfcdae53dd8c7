family! {
    NOT_MANY_TO_ONE = "E0501" "not-many-to-one" Error;
    UNREACHABLE = "E0502" "unreachable" Error;
    MANY_VALUED = "E0503" "many-valued" Error;
    CYCLIC_JOIN = "E0504" "cyclic-join" Error;
    JOIN_COLUMN_NOT_LOCAL = "E0505" "join-column-not-local" Error;
    NOT_CONFORMED = "E0506" "not-conformed" Warning;
    AMBIGUOUS_PATH = "E0507" "ambiguous-path" Error;
    NO_KEY = "E0508" "no-key" Error;
    PATH_ENDS_AT_JOIN = "E0509" "path-ends-at-a-join" Error;
}
