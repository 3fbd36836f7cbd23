export { askForTokens } from '../../workers/highlighting/highlighting.ts'
