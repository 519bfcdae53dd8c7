WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, shop_id, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1, 2
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
),
shops AS (
  SELECT DISTINCT shop_id FROM daily
)
SELECT spine.day, shops.shop_id, SUM(daily.revenue) OVER last_7 AS revenue_7d
FROM spine
CROSS JOIN shops
LEFT JOIN daily ON daily.day = spine.day AND daily.shop_id = shops.shop_id
WINDOW last_7 AS (PARTITION BY shops.shop_id ORDER BY spine.day ROWS 6 PRECEDING)
QUALIFY COUNT(daily.day) OVER last_7 > 0;
