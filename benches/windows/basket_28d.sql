WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue, COUNT(*) AS placed
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
)
SELECT
  spine.day,
  CAST(SUM(daily.revenue) OVER last_28 AS DOUBLE) / CAST(SUM(daily.placed) OVER last_28 AS DOUBLE) AS basket_28d
FROM spine
LEFT JOIN daily ON daily.day = spine.day
WINDOW last_28 AS (ORDER BY spine.day ROWS 27 PRECEDING)
QUALIFY COUNT(daily.day) OVER last_28 > 0;
