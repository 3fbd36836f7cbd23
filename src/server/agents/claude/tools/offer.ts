/** What an operator may add with `AGENT_TOOLS`. Each use asks the person first. */
export const ASKING_TOOLS = ['WebFetch', 'WebSearch', 'Bash'] as const
export type AskingTool = typeof ASKING_TOOLS[number]

/** What Claude may use in its folder without asking. */
const FREE_TOOLS = ['Read', 'Write', 'Edit', 'Glob', 'Grep']
/** These are shown as what they are for: a list of tasks, and a question. */
export const TASK_TOOLS = ['TaskCreate', 'TaskUpdate', 'TaskList']
export const QUESTION_TOOL = 'AskUserQuestion'

export const offeredTools = (added: readonly AskingTool[]): string[] => [...FREE_TOOLS, ...TASK_TOOLS, QUESTION_TOOL, ...added]

const ADDED: Record<AskingTool, string> = {
  WebFetch: 'read pages of the web',
  WebSearch: 'search the web',
  Bash: 'run commands in a shell, in your working folder',
}

/** All that Claude is told, besides what its tools say of themselves. It must stay true to what is offered. */
export function systemPrompt(added: readonly AskingTool[]): string {
  const list = new Intl.ListFormat('en').format(added.map(tool => ADDED[tool]))
  return `You are Claude, talking with a person in a chat. Answer in Markdown.
Your working folder belongs to this conversation alone; nothing outside of it can be reached. What the person attaches also lies in it, in the folder "attachments". Files that you write there are handed to the person with your answer.
You can ask the person with ${QUESTION_TOOL}, and keep a list of tasks that the person sees.
${added.includes('Bash') ? '' : 'There is no shell. '}${list ? `You can also ${list}; the person is asked each time.` : ''}`.trim()
}
