"""A year of a hotline in fast time: the real services and the real dispatch, over a world of which everything is known.

`world` knows the truth: what is where, who hosts it, how each hoster takes a notice, when our own side is out. `doors`
are the ports through which the services see it: names, mail, probes. `people` are analysts, police and hosters. `play`
turns the clock. `check` reads the tables and compares them with the truth. Nothing here reads the clock or the network.
"""
