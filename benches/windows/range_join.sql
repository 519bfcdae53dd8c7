-- The form of a cumulative metric that other tools emit: a spine of days joined to the facts by the range of days.
WITH spine AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(CAST(ordered_at AS DATE)), MAX(CAST(ordered_at AS DATE)), INTERVAL 1 DAY)) AS DATE) AS ds
  FROM orders
  WHERE status = 'complete'
),
facts AS (
  SELECT CAST(ordered_at AS DATE) AS ds, shop_id, amount FROM orders WHERE status = 'complete'
)
SELECT spine.ds AS day, facts.shop_id, SUM(facts.amount) AS revenue_28d
FROM spine
INNER JOIN facts ON facts.ds <= spine.ds AND facts.ds > spine.ds - INTERVAL 28 DAY
GROUP BY 1, 2;
