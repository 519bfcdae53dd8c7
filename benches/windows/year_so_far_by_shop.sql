-- The days first, because a month costs more to work out than a day, and there are few days.
WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, shop_id, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1, 2
),
monthly AS (
  SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, shop_id, SUM(revenue) AS revenue FROM daily GROUP BY 1, 2
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(month), MAX(month), INTERVAL 1 MONTH)) AS DATE) AS month FROM monthly
),
shops AS (
  SELECT DISTINCT shop_id FROM monthly
)
SELECT spine.month, shops.shop_id, SUM(monthly.revenue) OVER so_far AS year_so_far
FROM spine
CROSS JOIN shops
LEFT JOIN monthly ON monthly.month = spine.month AND monthly.shop_id = shops.shop_id
WINDOW so_far AS (PARTITION BY shops.shop_id, YEAR(spine.month) ORDER BY spine.month ROWS UNBOUNDED PRECEDING)
QUALIFY COUNT(monthly.month) OVER so_far > 0;
