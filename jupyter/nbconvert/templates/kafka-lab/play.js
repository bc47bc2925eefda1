// Draws the charts of an exported page that play, each in the place of its still picture.
document.addEventListener('DOMContentLoaded', () => {
  for (const chart of document.querySelectorAll('.chart-plays')) {
    const specification = JSON.parse(chart.querySelector('script').textContent)
    const container = chart.querySelector('.chart-live')
    const view = new vega.View(vega.parse(specification), {
      renderer: 'svg',
      container,
      hover: true,
    })
    view.runAsync().then(() => chart.classList.add('chart-drawn'))
  }
})
