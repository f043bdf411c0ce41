/** What was thrown or rejected, for expectations on its message. */
export async function messageOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  }
  return 'nothing was thrown';
}
