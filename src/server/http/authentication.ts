import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../identity/account.ts'
import { SIGN_IN_MS, type Accounts, type Identity } from '../accounts/accounts.ts'
import { onlyReads, refusal } from '../errors/problems.ts'
import { mayOnlyRead } from './guard.ts'

const COOKIE = 'satchel_sign_in'
/** Over TLS: browsers take one of this name only from this very host, and never from a neighbour of it. */
const SECURE_COOKIE = `__Host-${COOKIE}`

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity
    /** On whose behalf the request is made. */
    account: Account
  }
  interface FastifyContextConfig {
    /** Also for who may only read, though it is no reading. */
    forReaders?: boolean
    /** Answered to anybody. */
    open?: boolean
    /** Whether the request proves in another way that it may be answered. It then has no account. */
    isSigned?: (request: FastifyRequest) => boolean
  }
}

/** Everything added to `app` from here on is only for those who show a key, or a cookie that was made from one. */
export async function authenticate(app: FastifyInstance, accounts: Accounts) {
  await app.register(cookie)
  app.decorateRequest('identity')
  app.decorateRequest('account', { getter() { return this.identity.account } })

  app.addHook('onRequest', async (request, reply) => {
    const { open, isSigned } = request.routeOptions.config
    if (open || isSigned?.(request))
      return
    const identity = accounts.required ? await identify(request, accounts) : accounts.keyless
    if (!identity) {
      app.countWrongKey?.(request)
      reply.header('www-authenticate', 'Bearer realm="Satchel"')
      throw refusal(401, 'sign_in_required', 'You are not signed in, or not any more. Sign in with your key.')
    }
    request.identity = identity
    refuseWriting(request)
  })
}

/** What a reader's socket says is looked at frame by frame. */
function refuseWriting(request: FastifyRequest) {
  const { identity, routeOptions } = request
  if (identity.role === 'reader' && !routeOptions.config.forReaders && !request.ws && !mayOnlyRead(request))
    throw onlyReads()
}

/** A header that does not hold is not made up for by a cookie that does. */
async function identify(request: FastifyRequest, accounts: Accounts): Promise<Identity | undefined> {
  const { authorization, origin } = request.headers
  if (authorization !== undefined) {
    const [, key] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
    return key === undefined ? undefined : accounts.ofKey(key)
  }
  const token = request.cookies[SECURE_COOKIE] ?? (request.protocol === 'https' ? undefined : request.cookies[COOKIE])
  const identity = token === undefined ? undefined : await accounts.ofToken(token)
  // Browsers add the cookie by themselves, and the origin to everything that changes something.
  if (identity && origin === undefined && !mayOnlyRead(request))
    throw refusal(403, 'origin_not_allowed', 'What a cookie allows has to come from this server’s own page. Scripts use the key itself.')
  return identity
}

/** Out of reach of scripts, and of other sites' pages. */
export function setSignInCookie(request: FastifyRequest, reply: FastifyReply, token: string) {
  const options = cookieOptions(request)
  reply.setCookie(options.secure ? SECURE_COOKIE : COOKIE, token, { ...options, maxAge: SIGN_IN_MS / 1000 })
}

export function clearSignInCookie(request: FastifyRequest, reply: FastifyReply) {
  const options = cookieOptions(request)
  reply.clearCookie(COOKIE, options)
  if (options.secure)
    reply.clearCookie(SECURE_COOKIE, options)
}

function cookieOptions({ headers, protocol }: FastifyRequest) {
  // Behind a proxy that speaks https for us, only the browser knows.
  const secure = protocol === 'https' || (headers.origin?.startsWith('https://') ?? false)
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
}
