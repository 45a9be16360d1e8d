# الحسابات: الدخول والإثبات وترك المكان والتدبير.
account-sign-in = تسجيل الدخول
account-enter = دخول
account-again = أكّد هويتك
account-again-why = هذا الإجراء يتطلب إثبات هويتك من جديد. ستعود إلى حيث كنت.
account-confirm = تأكيد
account-not-now = ليس الآن
account-held = الجهاز مقفل من طرف { $who }. يمكن لغيره الدخول من هنا أيضا.
account-login = اسم الدخول
account-login-hint = من 2 إلى 64 حرفا أو رقما أو . _ - @ ’ من دون مسافة. لن يُمنح أبدا لشخص آخر.
account-password = كلمة المرور
account-by-password-too = أو بكلمة المرور
account-by-passkey = الدخول بمفتاح مرور
account-passkey-failed = لم يُستعمل مفتاح المرور. أعد المحاولة أو اختر طريقة أخرى.
account-passkey-script = مفتاح المرور يتطلب JavaScript في هذا المتصفح.
account-station-enter = تولي الشاشة
account-badge = الشارة
account-pin-code = الرمز السري PIN
account-no-badge = من دون شارة
account-no-badge-hint = برمز سري من 6 أرقام أو أكثر، يُكتب أعلاه.
account-second = الخطوة الثانية
account-second-short = العامل الثاني
account-code = رمز التطبيق
account-code-hint = الأرقام الستة التي يعرضها تطبيقك الآن.
account-recovery-use = فقدت هاتفي
account-recovery-code = رمز الطوارئ
account-begin-again = البدء من جديد
account-invitation = حسابك
account-invitation-take = اختيار كلمة المرور هذه والدخول
account-invitation-code = رمز الدعوة
account-invitation-hint = الرمز الذي سلّمك إياه المسؤول. يُستعمل مرة واحدة.
account-invitation-link = رابط للاستعمال مرة واحدة
account-invitation-ends = صالح إلى غاية
account-go-on = متابعة
account-password-new = كلمة مرور جديدة
account-password-hint = 15 حرفا على الأقل (8 إن كان لديك عامل ثان). تكفي جملة قصيرة؛ من دون اسم أو تتابع مفاتيح.
account-password-twice = نفسها مرة أخرى
account-password-ends = ستُغلق جلساتك الأخرى.
account-password-set = تغيير كلمة المرور
account-setup = التشغيل الأول
account-setup-why = لا يوجد أي حساب بعد. الحساب الأول لمسؤول الحسابات.
account-setup-code = رمز التشغيل
account-setup-code-hint = تعرضه شاشة الخادوم عند التشغيل؛ والأمر rihla account setup-code يعطي رمزا جديدا.
account-setup-make = إنشاء الحساب والدخول
account-name = الاسم المعروض
account-name-ar = الاسم بالعربية
account-name-shown = الاسم
account-optional = اختياري
account-acting = بأي وظيفة؟
account-acting-switch = تغيير الوظيفة
account-nowhere = لا وظيفة لك في هذه المؤسسة
account-nowhere-do = { $who }، حسابك سليم لكن لا وظيفة له هنا. اطلبها من مسؤول الحسابات.
account-own = حسابي
account-owed = وظيفتك تتطلب عاملا ثانيا. أضف تطبيقا أو مفتاح مرور للمتابعة.
account-who = الهوية
account-roles = الوظائف
account-roles-none = لا شيء
account-roles-hint = سطر لكل وظيفة: أين، وفي أي مصلحة. السطر من دون وظيفة لا يُحتسب.
account-practitioner = المهني في السجل
account-practitioner-hint = معرّف FHIR لبطاقته Practitioner، لتوقيع أعماله.
account-coming-in = الدخول
account-on = مفعّل
account-none = لا شيء
account-manage = تدبير
account-app = تطبيق المصادقة
account-app-add = إضافة تطبيق
account-app-replace = تغيير التطبيق
account-app-drop = إزالة التطبيق
account-app-why = يعرض تطبيق في الهاتف كل 30 ثانية رمزا من 6 أرقام يُطلب بعد كلمة المرور. من يعرف كلمة مرورك لا يدخل من دونه.
account-app-scan = صوّر هذه الصورة بالتطبيق.
account-app-picture = صورة تُقرأ بالتطبيق؛ والمفتاح نفسه مكتوب تحتها.
account-app-type = أو اكتب فيه هذا المفتاح:
account-app-first = الرمز الذي يعرضه الآن
account-app-confirm = تفعيل
account-codes = رموز الطوارئ
account-codes-why = عشرة رموز ليوم ضياع الهاتف. كل رمز يفتح مرة واحدة بعد كلمة المرور.
account-codes-make = إنشاء عشرة رموز جديدة
account-codes-once = لن تُعرض مرة أخرى، والرموز القديمة لم تعد صالحة. اطبعها أو انسخها.
account-codes-kept = لقد احتفظت بها
account-print = طباعة
account-passkeys = مفاتيح المرور
account-passkeys-why = مفتاح المرور محفوظ في جهاز أو مفتاح USB ويُفتح ببصمة أو وجه أو رمز. لا يمكن لصفحة مزورة استعماله.
account-passkeys-none = لا مفتاح مرور لهذا الحساب.
account-passkey-add = إضافة مفتاح مرور
account-passkey-label = اسم هذا المفتاح
account-passkey-label-hint = لتمييزه: «الهاتف»، «مفتاح USB الأزرق».
account-passkey-drop = إزالة
account-passkey-drop-named = إزالة مفتاح المرور { $name }
account-passkey-since = أُضيف في { $when } · استُعمل { $used }
account-passkey-elsewhere = مفاتيح المرور لهذا الخادوم لا تعمل إلا على العنوان { $host }.
account-pin = الرمز السري للأجهزة المشتركة
account-pin-why = مع الشارة، يعيدك في ثوان إلى جهاز مشترك، خلال 12 ساعة بعد دخول كامل.
account-pin-hint = من 4 إلى 12 رقما؛ من دون تتابع أو تكرار أو سنة.
account-pin-hint-alone = من 4 إلى 12 رقما؛ من دون تتابع أو تكرار أو سنة. من دون شارة يلزم 6 على الأقل.
account-pin-set = تسجيل الرمز
account-pin-drop = إزالة الرمز
account-badge-bound = هناك شارة مرتبطة بحسابك.
account-badge-none = لا شارة مرتبطة: مسؤول الحسابات يتكفل بذلك.
account-sessions = الجلسات المفتوحة
account-sessions-see = عرض
account-sessions-end = إغلاق كل الجلسات الأخرى
account-session-end = إغلاق
account-session-here = هنا
account-session-station = جهاز مشترك
account-session-unnamed = متصفح غير معروف
account-session-since = منذ { $when } · استُعملت { $used }
account-by-pin = بالرمز السري
account-by-password = بكلمة المرور
account-by-two = بعامل ثان
account-back = العودة إلى حسابي
account-done-password = تغيرت كلمة المرور. أُغلقت جلساتك الأخرى.
account-done-pin = حُدّث الرمز السري.
account-done-app = فُعّل التطبيق: سيُطلب رمزه بعد كلمة المرور.
account-done-app-dropped = أُزيل التطبيق.
account-done-passkey = أُضيف مفتاح المرور.
account-done-passkey-dropped = أُزيل مفتاح المرور.
account-done-sessions = تم الإغلاق.
account-done-changed = عُدّل الحساب.
account-done-suspend = عُلّق الحساب وأُغلقت جلساته.
account-done-resume = أُعيد الحساب إلى الخدمة.
account-done-close = أُغلق الحساب نهائيا.
account-done-badge = حُدّثت الشارة.
account-lock = قفل الشاشة
account-lock-why = قفل الشاشة أو ترك المكان لشخص آخر
account-people = الحسابات
account-people-none = لا حساب مطابق. جرّب جزءا آخر من الاسم أو حالة أخرى.
account-find = الاسم أو اسم الدخول
account-find-go = بحث
account-state = الحالة
account-state-any = الكل ما عدا المغلقة
account-state-active = نشط
account-state-invited = مدعو
account-state-suspended = معلّق
account-state-closed = مغلق
account-demo = عرض تجريبي
account-new = دعوة شخص
account-edit = تعديل الحساب
account-save = تسجيل
account-invite = إنشاء ودعوة
account-role-none = اختر وظيفة
account-role-nth = الوظيفة، السطر { $n }
account-site-nth = المؤسسة، السطر { $n }
account-unit-nth = المصلحة، السطر { $n }
account-unit = المصلحة
account-unit-all = كل المؤسسة
account-theirs = المسجل حاليا
account-history = القرارات
account-by-server = الخادوم
account-oneself = هذا حسابك: مسؤول آخر يقرر وظائفه وحالته.
account-invite-why = الدعوة الجديدة تسمح باختيار كلمة مرور جديدة. القديمة صالحة إلى ذلك الحين.
account-invite-again = إنشاء دعوة
account-invite-lost = فقدان العامل الثاني: دعوة مع محوه
account-badge-number = رقم الشارة
account-badge-hint = امسح الشارة أو اكتب رقمها. تحل محل السابقة.
account-badge-drop = إزالة الشارة
account-badge-bind = ربط
account-out-of-use = إيقاف الحساب
account-suspend = تعليق
account-suspend-why = لن يتمكن { $who } من الدخول، وتُغلق جلساته فورا. يمكنك التراجع لاحقا.
account-resume = إعادة إلى الخدمة
account-resume-why = سيتمكن { $who } من الدخول من جديد.
account-close-for-ever = إغلاق نهائي
account-close-why = لن يدخل { $who } أبدا بهذا الحساب. ما كُتب يبقى باسمه. لا يمكن التراجع عن هذا.
account-close = إغلاق حساب { $who }
account-handed = للتسليم إلى الشخص
account-handed-once = لن يُعرض هذا الرابط والرمز مرة أخرى. من يملكهما يختار كلمة المرور: سلّمهما يدا بيد.
account-handed-lost = سيُمحى العامل الثاني الحالي عند اختيار كلمة المرور.
account-handed-done = تم
account-stations = الأجهزة المشتركة
account-stations-why = على الجهاز المشترك يتولى كل شخص الشاشة في ثوان بالشارة والرمز السري. ويُقفل أسرع من غيره.
account-stations-none = لا أجهزة مشتركة في هذه المؤسسة.
account-station-here = هذا المتصفح هو الجهاز «{ $name }».
account-station-register = جعل هذا المتصفح جهازا مشتركا
account-station-name = اسم الجهاز
account-station-name-hint = كما يُسمى: «أمراض القلب، جهاز 2».
account-station-retire = إزالة
account-station-retire-named = إزالة الجهاز { $name }
account-wrong-sign-in = اسم الدخول أو كلمة المرور غير صحيح، أو الحساب ليس في الخدمة.
account-wrong-stale = استغرق ذلك وقتا طويلا. ابدأ من جديد.
account-wrong-code = الرمز غير صحيح أو سبق استعماله. انتظر التالي.
account-wrong-busy = كثيرون يسجلون الدخول الآن. أعد المحاولة بعد لحظة.
account-wrong-pin = الشارة أو الرمز السري غير صحيح.
account-wrong-whole = الرمز السري لا يكفي الآن. سجّل الدخول مرة بكلمة المرور أو بمفتاح المرور.
account-wrong-station = هذه الشاشة ليست جهازا مشتركا. سجّل الدخول بكلمة المرور.
account-wrong-station-name = أعط الجهاز اسما من 1 إلى 80 حرفا.
account-wrong-invitation = استُعملت هذه الدعوة أو انتهت مدتها أو استُبدلت. اطلب دعوة أخرى.
account-wrong-setup = رمز التشغيل غير صحيح أو مر عليه أكثر من يوم أو استُعمل. شاشة الخادوم تعرض الأحدث.
account-wrong-short = قصيرة جدا: 15 حرفا، أو 8 مع عامل ثان. خذ جملة قصيرة.
account-wrong-long = 256 حرفا على الأكثر.
account-wrong-common = كلمة المرور هذه من أول ما يُخمَّن: كلمات شائعة أو أسماء أو سنوات أو تتابع مفاتيح. خذ جملة خاصة بك.
account-wrong-alone = من دون عامل ثان، يجب أن تتكون كلمة المرور من 15 حرفا. غيّرها أولا.
account-wrong-pin-form = الرمز السري من 4 إلى 12 رقما، و6 على الأقل من دون شارة.
account-wrong-pin-common = هذا الرمز من أول ما يُخمَّن: تتابع أو تكرار أو سنة.
account-wrong-passkey = لم يُقبل مفتاح المرور. أعد المحاولة أو ادخل بكلمة المرور.
account-wrong-passkey-copy = يبدو أن مفتاح المرور هذا نسخة. أزله وأضف مفتاحا جديدا.
account-wrong-passkey-kind = هذا النوع من مفاتيح المرور غير معروف هنا. استعمل جهازا آخر.
account-wrong-passkey-off = هذا الخادوم لا يستعمل مفاتيح المرور.
account-wrong-passkey-taken = مفتاح المرور هذا مسجل من قبل.
account-wrong-passkeys-full = لهذا الحساب 16 مفتاح مرور. أزل واحدا أولا.
account-wrong-no-second = رموز الطوارئ بديل عن العامل الثاني. أضف واحدا أولا.
account-wrong-login-form = اسم الدخول من 2 إلى 64 حرفا أو رقما أو . _ - @ ’ من دون مسافة.
account-wrong-login-taken = اسم الدخول هذا لشخص آخر، أو كان له.
account-wrong-name = أعط اسما واحدا على الأقل للعرض.
account-wrong-role = هذه الوظيفة ليست في لائحة المستشفى.
account-wrong-reference = المصلحة أو المهني يُذكر بمعرّفه في السجل.
account-wrong-oneself = لا أحد يقرر في حسابه. اطلب ذلك من مسؤول آخر.
account-wrong-state = هذا غير ممكن في حالة الحساب الحالية.
account-wrong-changed = عدّل شخص آخر هذا الحساب للتو. قارن ثم سجّل من جديد.
account-wrong-badge-form = رقم الشارة من 4 إلى 64 حرفا ورقما.
account-wrong-badge-taken = هذه الشارة مرتبطة بحساب آخر. أزلها هناك أولا.
account-wrong-two = كلمتا المرور غير متطابقتين.
account-codes-left = { $n ->
    [zero] لا رمز متبقيا
    [one] رمز واحد متبق
    [two] رمزان متبقيان
    [few] { $n } رموز متبقية
    [many] { $n } رمزا متبقيا
   *[other] { $n } رمز متبق
}
account-passkeys-count = { $n ->
    [zero] لا مفتاح مرور
    [one] مفتاح مرور واحد
    [two] مفتاحا مرور
    [few] { $n } مفاتيح مرور
    [many] { $n } مفتاح مرور
   *[other] { $n } مفتاح مرور
}
account-people-count = { $n ->
    [zero] لا حسابات
    [one] حساب واحد
    [two] حسابان
    [few] { $n } حسابات
    [many] { $n } حسابا
   *[other] { $n } حساب
}
account-people-more = { $n ->
    [zero] ولا غيره.
    [one] وحساب آخر. دقّق البحث.
    [two] وحسابان آخران. دقّق البحث.
    [few] و{ $n } حسابات أخرى. دقّق البحث.
    [many] و{ $n } حسابا آخر. دقّق البحث.
   *[other] و{ $n } حساب آخر. دقّق البحث.
}
account-wrong-wait-seconds = { $n ->
    [zero] محاولات كثيرة. أعد المحاولة الآن.
    [one] محاولات كثيرة. انتظر ثانية واحدة، أو ادخل من جهاز سبق لك استعماله.
    [two] محاولات كثيرة. انتظر ثانيتين، أو ادخل من جهاز سبق لك استعماله.
    [few] محاولات كثيرة. انتظر { $n } ثوان، أو ادخل من جهاز سبق لك استعماله.
    [many] محاولات كثيرة. انتظر { $n } ثانية، أو ادخل من جهاز سبق لك استعماله.
   *[other] محاولات كثيرة. انتظر { $n } ثانية، أو ادخل من جهاز سبق لك استعماله.
}
account-wrong-wait-minutes = { $n ->
    [zero] محاولات كثيرة. أعد المحاولة الآن.
    [one] محاولات كثيرة. انتظر دقيقة واحدة، أو ادخل من جهاز سبق لك استعماله.
    [two] محاولات كثيرة. انتظر دقيقتين، أو ادخل من جهاز سبق لك استعماله.
    [few] محاولات كثيرة. انتظر { $n } دقائق، أو ادخل من جهاز سبق لك استعماله.
    [many] محاولات كثيرة. انتظر { $n } دقيقة، أو ادخل من جهاز سبق لك استعماله.
   *[other] محاولات كثيرة. انتظر { $n } دقيقة، أو ادخل من جهاز سبق لك استعماله.
}
account-by-provider = الدخول عبر: { $name }
account-provider = حساب المؤسسة
account-provider-why = اربط حسابك هنا بحسابك هناك: بعدها تدخل من دون كلمة مرورك هنا. سيُطلب منك هناك إثبات هويتك.
account-provider-is = حسابك مربوط: يمكنك الدخول به. بعد فك الربط تدخل بكلمة مرورك هنا.
account-provider-link = ربط
account-provider-drop = فك الربط
account-provider-linked = مربوط
account-done-linked = تم ربط الحساب.
account-done-unlinked = تم فك ربط الحساب.
account-wrong-outside = حسابك هناك غير مربوط بأي حساب هنا. ادخل بكلمة مرورك واربطه من صفحة حسابك، أو اسأل مديرا.
account-wrong-outside-role = ليس لحسابك هناك أي دور في هذه المؤسسة. اسأل من يمنح الأدوار هناك.
account-wrong-outside-login = اسم دخولك هناك يخص حسابا آخر هنا. إن كان لك فادخل بكلمة مروره واربطه، وإلا فاسأل مديرا.
account-wrong-link-taken = هذا الحساب مربوط بحساب آخر هنا.
account-wrong-link-only = أُنشئ هذا الحساب من أجل حسابك هناك ويبقى مربوطا به.
account-wrong-provider-away = خدمة الدخول لا تجيب. ادخل بكلمة مرورك هنا، أو أعد المحاولة بعد لحظات.
account-wrong-provider-setup = لا يمكن استعمال خدمة الدخول بإعدادها الحالي. ادخل بكلمة مرورك هنا وأخبر قسم المعلوميات.
account-wrong-provider-denied = لم تسمح لك خدمة الدخول بالدخول. أعد المحاولة، أو ادخل بكلمة مرورك هنا.
account-wrong-provider-token = جواب خدمة الدخول غير موثوق؛ لم يدخل أحد. أعد المحاولة، وأخبر قسم المعلوميات إن تكرر ذلك.
