family! {
    LOADED_NAME = "G0401" "loaded-name" Warning;
    RIVALS_AVERAGED = "G0402" "rivals-averaged" Warning;
    LOOK_ALIKE_NAMES = "G0403" "look-alike-names" Error;
    DISGUISED_LETTERS = "G0404" "disguised-letters" Warning;
    HIDDEN_DIRECTION = "G0405" "hidden-direction" Error;
    SAME_FILE_NAME = "G0406" "same-file-name" Error;
    COMMENT_DIRECTIVE = "G0407" "comment-directive" Warning;
    QUERIES_DIFFER = "G0408" "queries-differ" Warning;
}
