# scenario, config, metrics, events, report, app
