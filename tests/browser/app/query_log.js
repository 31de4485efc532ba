// Every query that was sent, as it was sent, and what came of it: for the test that watches.
const log = [];
window.queryLog = log;

// Runs `ask` and notes the query beside its answer; `rows` counts what came back.
export async function noted(query, ask, rows) {
  const entry = { ...query, state: 'running' };
  log.push(entry);
  try {
    const answer = await ask();
    entry.rows = rows(answer);
    entry.state = 'done';
    return answer;
  } catch (error) {
    entry.state = 'failed';
    entry.error = String(error.message ?? error);
    throw error;
  }
}
