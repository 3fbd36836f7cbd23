import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { Me, SignIn } from '../../../shared/protocol/rest.ts'
import { accountId } from '../../identity/account.ts'
import type { Accounts, Identity } from '../../accounts/accounts.ts'
import { refusal } from '../../errors/problems.ts'
import { signInLimit } from '../rateLimits.ts'
import { clearSignInCookie, setSignInCookie } from '../authentication.ts'

/** A person's browser turns the key into a cookie, once, and never sees the key again. */
export const accountRoutes: FastifyPluginAsyncZod<{ accounts: Accounts }> = async (app, { accounts }) => {
  const toMe = ({ account, role, signIn }: Identity) => ({ id: accountId(account), ...account, ...accounts.required && { role }, signedIn: signIn !== undefined })

  app.get('/api/me', { schema: { summary: 'Who asks', response: { 200: Me } } }, async request => toMe(request.identity))

  app.post('/api/sign-in', { config: { open: true, ...accounts.required && { rateLimit: signInLimit } }, schema: { summary: 'Turn a key into a cookie', body: SignIn, response: { 200: Me } } }, async (request, reply) => {
    if (!accounts.required)
      throw refusal(404, 'no_accounts', 'This server has no accounts: everybody who reaches it can use it.')
    const { identity, token } = await accounts.signIn(request.body.key.trim())
    setSignInCookie(request, reply, token)
    return toMe(identity)
  })

  app.post('/api/sign-out', { config: { forReaders: true, notes: { responses: { 204: { description: 'Signed out' } } } }, schema: { summary: 'End the cookie’s sign-in' } }, async (request, reply) => {
    if (request.identity.signIn)
      await accounts.signOut(request.identity.signIn.id)
    clearSignInCookie(request, reply)
    return reply.code(204).send()
  })

  app.post('/api/sign-out-everywhere', { config: { forReaders: true, notes: { responses: { 204: { description: 'Signed out in all browsers, and every socket of the account is closed' } } } }, schema: { summary: 'End all sign-ins of the account' } }, async (request, reply) => {
    if (accounts.required)
      await accounts.signOutEverywhere(request.account)
    clearSignInCookie(request, reply)
    return reply.code(204).send()
  })
}
