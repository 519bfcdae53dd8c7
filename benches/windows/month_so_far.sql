WITH daily AS (
  SELECT CAST(ordered_at AS DATE) AS day, SUM(amount) AS revenue
  FROM orders
  WHERE status = 'complete'
  GROUP BY 1
),
spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
)
SELECT spine.day, SUM(daily.revenue) OVER so_far AS month_so_far
FROM spine
LEFT JOIN daily ON daily.day = spine.day
WINDOW so_far AS (PARTITION BY DATE_TRUNC('month', spine.day) ORDER BY spine.day ROWS UNBOUNDED PRECEDING)
QUALIFY COUNT(daily.day) OVER so_far > 0;
