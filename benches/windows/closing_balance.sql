WITH last_days AS (
  SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, account_id, MAX(day) AS day
  FROM account_days
  GROUP BY 1, 2
)
SELECT last_days.month, account_days.branch_id, SUM(account_days.balance) AS closing_balance
FROM account_days
JOIN last_days ON last_days.account_id = account_days.account_id AND last_days.day = account_days.day
GROUP BY 1, 2;
