import { describe, expect, inject, test } from 'vitest'
import { databaseUrlOf } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { spawnServer } from '../helpers/serverProcess.ts'

const SECRET = 'not-to-be-told'

describe.skipIf(!inject('postgres'))('a server that cannot have its database says why', () => {
  test.each<[string, (url: URL) => void, RegExp]>([
    ['the database does not exist', (url) => { url.pathname = '/nowhere' }, /^There is no database “nowhere” on the server at 127\.0\.0\.1:\d+\. Make it: create database/],
    ['the password is another one', (url) => { url.password = SECRET }, /refuses the user “satchel”: there is no such user, or the password is another one/],
    ['the user does not exist', (url) => { [url.username, url.password] = ['nobody-known', SECRET] }, /refuses the user “nobody-known”: there is no such user/],
    ['there is no password', (url) => { url.password = '' }, /or the password is another one or missing/],
    ['nothing listens there', (url) => { [url.port, url.password] = ['9', SECRET] }, /^Nothing listens at 127\.0\.0\.1:9, where DATABASE_URL says/],
    ['no such machine is known', (url) => { [url.hostname, url.password] = ['nowhere.invalid', SECRET] }, /^The name in nowhere\.invalid:\d+ is not known/],
  ])('%s', async (_, change, said) => {
    const folder = await temporaryFolder()
    const url = new URL((await databaseUrlOf(folder))!)
    change(url)
    const server = spawnServer({ DATA_DIR: folder, DATABASE_URL: url.href })

    expect((await server.exited).code).toBe(1)
    expect(server.output().trim()).toMatch(said)
    expect(server.output().trim().split('\n')).toHaveLength(1) // no stack
    expect(server.output()).not.toContain(SECRET)
  })
})
