// Today without signal: a stop whose visit waits in the outbox is done, and the next one comes forward.
const valueOf = (entry, name) => entry.data.find(([field]) => field === name)?.[1]
const madeAt = (visits, stop) => visits.some(visit =>
  valueOf(visit, 'plan') === stop.dataset.stop || (!valueOf(visit, 'plan') && visit.practice === stop.dataset.practice))

export function markDone(today, visits) {
  // Once they are sent the server knows better.
  if (!visits.length) return location.reload()
  today.dataset.waiting = visits.length
  const stops = [...today.querySelectorAll('[data-stop]')]
  const open = stops.filter(stop => !madeAt(visits, stop))
  const hero = stops.find(stop => stop.matches('section'))
  for (const stop of stops) if (stop !== hero) stop.hidden = !open.includes(stop)
  if (hero && !open.includes(hero)) comeForward(today, hero, open[0])
  for (const list of today.querySelectorAll('section:has(ol > [data-stop])')) {
    list.hidden = [...list.querySelectorAll('li')].every(row => row.hidden)
  }
  if (stops.length) today.querySelector('h1').textContent = open.length ? `${open.length} ${open.length === 1 ? 'stop' : 'stops'} to go` : `${visits.length} ${visits.length === 1 ? 'visit' : 'visits'} to send`
  listDone(today, visits)
}

// The large panel shows the next stop as far as its row tells of it; its page tells the rest.
function comeForward(today, hero, next) {
  for (const brief of hero.parentElement.children) brief.hidden = brief !== hero
  hero.hidden = !next
  if (!next) return
  next.hidden = true
  const at = name => hero.querySelector(name)
  for (const part of hero.querySelectorAll('.body > .kick span, .why, svg.route, .route')) part.remove()
  at('.kick').textContent = 'Next stop'
  at('h2 a').textContent = next.querySelector('b').textContent
  at('h2 a').href = `/practices/${next.dataset.practice}/`
  at('h2').nextElementSibling.textContent = next.querySelector('small').textContent
  at('.btn.gold').href = `/visits/new/?plan=${next.dataset.stop}`
  const [there, call] = ['a[target=_blank]', 'a[href^=tel]'].map(at)
  if (there) next.dataset.there ? there.href = next.dataset.there : there.remove()
  if (call) next.dataset.phone ? call.href = `tel:+1${next.dataset.phone}` : call.remove()
  for (const act of [there, call]) act?.setAttribute('aria-label', `${act === call ? 'Call' : 'Directions to'} ${at('h2 a').textContent}`)
}

function listDone(today, visits) {
  let section = today.querySelector('#waiting-done')
  if (!section) {
    section = document.createElement('section')
    section.id = 'waiting-done'
    section.innerHTML = '<div class="sec"><h2>Done, to be sent</h2><a href="/outbox/">Outbox</a></div><ol class="rows"></ol>'
    ;(today.querySelector('.grid > .stack:last-child') ?? today).prepend(section)
  }
  section.querySelector('ol').replaceChildren(...visits.map(visit => {
    const row = document.createElement('li')
    row.className = 'done'
    row.innerHTML = '<a class="row" href="/outbox/"><time></time><span><b></b><small></small></span></a>'
    row.querySelector('time').textContent = valueOf(visit, 'held_at')?.slice(11, 16) ?? ''
    row.querySelector('b').textContent = visit.title.replace(/^Visit at /, '')
    row.querySelector('small').textContent = visit.says ?? ''
    return row
  }))
}
