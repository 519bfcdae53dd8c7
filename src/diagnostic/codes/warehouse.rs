family! {
    WAREHOUSE_CANNOT = "E0601" "warehouse-cannot" Error;
    NOT_VETTED = "E0602" "not-vetted" Error;
    REPLACES_A_SOURCE = "E0603" "replaces-a-source" Error;
}
