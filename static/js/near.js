// Offers the practices around the phone. The position goes to our own server, once, and is not kept.
const near = document.querySelector('[data-near]')
const said = near?.querySelector('[role=status]')

const where = () => new Promise((found, lost) => {
  navigator.geolocation.getCurrentPosition(found, lost, { maximumAge: 60_000, timeout: 8_000 })
})

async function show() {
  said.textContent = 'Looking around …'
  try {
    const { coords } = await where()
    const body = new FormData()
    body.set('csrfmiddlewaretoken', near.querySelector('[name=csrfmiddlewaretoken]').value)
    body.set('to', near.dataset.to)
    body.set('latitude', coords.latitude)
    body.set('longitude', coords.longitude)
    const answer = await fetch(near.dataset.near, { method: 'POST', body })
    if (!answer.ok) throw new Error(answer.statusText)
    said.innerHTML = await answer.text()
  } catch {
    said.textContent = 'Your position is not known. Search instead.'
  }
}

if (near && 'geolocation' in navigator) {
  near.hidden = false
  near.querySelector('button').addEventListener('click', show)
}
