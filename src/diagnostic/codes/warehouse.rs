family! {
    WAREHOUSE_CANNOT = "E0601" "warehouse-cannot" Error;
}
